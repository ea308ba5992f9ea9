"""The page that customers read: a static site, its feeds, and Statuspage's read API as files."""
