"""What is under the cursors of the desk's panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.kernel.desk import DeskScreen
from screens.tasks.pane import Tasks
from screens.timeline.pane import Timeline

if TYPE_CHECKING:
    from models.kernel.entry import EntryView
    from models.roles.views import RoleView
    from models.tasks.views import TaskView


class Selected(DeskScreen):
    """A desk that knows its panes."""

    def role(self) -> RoleView | None:
        """The role under the roster's cursor."""
        chosen = self.pane("roster").chosen
        return next((role for role in self.shown.roles if role.key == chosen), None) if self.shown else None

    def entry(self) -> EntryView | None:
        """The entry under the timeline's cursor."""
        timeline = self.query_one(Timeline)
        return timeline.entry(timeline.chosen)

    def turn_fold(self) -> bool:
        """Open or close the folded changes under the timeline's cursor; False if none are there."""
        timeline = self.query_one(Timeline)
        return timeline.turn_fold(timeline.chosen)

    def task_at(self) -> TaskView | None:
        """The task under the tasks' cursor."""
        return self.query_one(Tasks).pointed_at
