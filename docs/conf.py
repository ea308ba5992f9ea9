"""How Sphinx makes a website of the Markdown in this repository; docs/tests-and-docs.md has the command."""

project = "Bridgewatch"
author = "the Bridgewatch authors"
extensions = ["myst_parser"]

# From the top folder, so that links between docs/ and the files beside it lead to pages as they do in the repository.
root_doc = "docs/index"
source_suffix = {".md": "markdown"}
include_patterns = ["docs/**.md", "bench/README.md", "*.md"]
exclude_patterns = [".*", "build", "dist", "models", "screens", "tests", "tui"]
html_extra_path = ["site"]  # sends readers of the site's own address to docs/index.html

myst_heading_anchors = 4  # the anchors that code hosts make

html_theme = "furo"
html_title = "Bridgewatch"
html_show_sphinx = False
html_copy_source = False
