"""The form dialog. It keeps what was typed until it is submitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, TextArea

from models.kernel.text import clean
from screens.kernel.dialogs import Body, Dialog
from screens.kernel.fields import Lines, OneLine
from screens.kernel.key_queue import turns
from screens.kernel.line import LineBar
from screens.kernel.rows import Part, cells, line
from screens.kernel.show import content, safe, wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    proposed: bool = False
    """The value is a suggestion: typing replaces it."""
    lines: bool = False
    """Several lines of text, not one."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and title of each, where it is one of a few."""
    placeholder: str = ""
    echo: Callable[[str], str] | None = None
    """Shows, beside the label, how the text is understood."""
    only: tuple[str, str] | None = None
    """The field is shown only while the named field has that value."""


_ROOMY = 72
"""From this width on, the form's frame has room for the long hints."""

Answers = dict[str, str]

Submit = Callable[[Answers], Awaitable[str | None]]
"""Submits the form; returns the error, or None on success."""


def _hints(text_area: bool, several: bool, roomy: bool) -> str:
    """The form's keys, for its frame."""
    line = "Ctrl+J new line" if roomy else "Ctrl+J line"
    close = "Esc close (text is kept)" if roomy else "Esc close"
    return " · ".join(filter(None, ("⏎ OK", line * text_area, "Tab next" * several, close)))


class Choices(LineBar, can_focus=True):
    """A row of choices; arrow keys, a number or a first letter select one."""

    def __init__(self, field: Field, changed: Callable[[], None]) -> None:
        """`changed`: called when the choice changes, because the next key may go to a field that the choice shows."""
        super().__init__(id=f"field-{field.name}")
        self._changed = changed
        self._choices = field.choices
        self._index = next((i for i, (value, _) in enumerate(field.choices) if value == field.value), 0)

    @property
    def value(self) -> str:
        return self._choices[self._index][0]

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._draw()

    def _draw(self) -> None:
        lines: list[list[Part]] = [[]]
        for index, (_, title) in enumerate(self._choices):
            chosen = index == self._index
            tone = "badge" if chosen and self.has_focus else "strong" if chosen else "dim"
            shown: Part = (f"‹{title}›" if chosen else f" {title} ", tone)
            if lines[-1] and cells([*lines[-1], shown]) > self.size.width:
                lines.append([])
            lines[-1] += [shown, (" ", "")]
        self.set_lines([tuple(parts) for parts in lines])

    def on_key(self, event: events.Key) -> None:
        character = (event.character or "").casefold()
        index = None
        if event.key in ("left", "right"):
            index = (self._index + (1 if event.key == "right" else -1)) % len(self._choices)
        elif character.isdigit() and 0 < int(character) <= len(self._choices):
            index = int(character) - 1
        elif character.isalpha():
            order = [*range(self._index + 1, len(self._choices)), *range(self._index + 1)]
            index = next((i for i in order if self._choices[i][1].casefold().startswith(character)), None)
        if index is not None:
            event.stop()
            event.prevent_default()
            self._index = index
            self._draw()
            self._changed()


class Words(Lines):
    """Several lines of text; Enter submits the form, Ctrl+J starts a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.submit", "Submit", show=False, priority=True),
        Binding("ctrl+j", "newline", "New line", show=False, priority=True),
    ]

    def action_newline(self) -> None:
        self.insert("\n")


class Ask(Dialog[bool]):
    """A form. What is typed is kept until it is submitted: closed, it opens again with it, on the next desk as well."""

    def __init__(
        self, title: str, fields: Sequence[Field], submit: Submit, *, keep: str, begin: str = "", body: str = ""
    ) -> None:
        """`keep`: the name to keep the text under. `begin`: the field to start in. `body`: text above the fields."""
        super().__init__()
        self._title = title
        self._fields = list(fields)
        self._asked = {
            field.name: field.value if field.choices else clean(field.value, lines=field.lines) for field in fields
        }
        self._submit = submit
        self._keep = keep
        self._begin = begin or fields[0].name
        self._body = body
        self._busy = False
        self._sent = False

    def compose(self) -> ComposeResult:
        forms = turns(self).forms
        if left := forms.left(self._keep):
            self.notify("Restored your unsaved text.", markup=False)
        before = left or forms.kept(self._keep)
        self._fields = [
            replace(field, value=before[field.name], proposed=False) if field.name in before else field
            for field in self._fields
        ]
        with Vertical(id="box") as box:
            box.border_title = content(self._title)
            several = any(field.lines for field in self._fields)
            box.border_subtitle = content(_hints(several, len(self._fields) > 1, self.app.size.width >= _ROOMY))
            if self._body:
                yield Body(lambda width: [line(part) for part in wrap(self._body, width)], id="body")
            for field in self._fields:
                yield LineBar(id=f"label-{field.name}")
                yield self._widget(field)
            yield LineBar(id="said")

    def _widget(self, field: Field) -> Widget:
        name = f"field-{field.name}"
        if field.choices:
            return Choices(field, self._hear)
        value = clean(field.value, lines=field.lines)  # a value may be what another tool wrote
        if field.lines:
            return Words(value, id=name)
        return OneLine(value, placeholder=content(field.placeholder).markup, id=name, selected=field.proposed)

    def on_mount(self) -> None:
        for words in self.query(Words):
            words.move_cursor(words.document.end)
        self.query_one(f"#field-{self._begin}").focus()
        self._label()

    def _answers(self) -> Answers:
        answers = {}
        for field in self._fields:
            widget = self.query_one(f"#field-{field.name}")
            if isinstance(widget, TextArea):
                answers[field.name] = widget.text
            elif isinstance(widget, Input | Choices):
                answers[field.name] = widget.value
        return answers

    def _label(self) -> None:
        answers = self._answers()
        for field in self._fields:
            asked = field.only is None or answers.get(field.only[0]) == field.only[1]
            if self.query_one(f"#field-{field.name}").display != asked:
                self._show(field, asked)
            echo = field.echo(answers[field.name]) if field.echo else ""
            parts = ((safe(field.label), "dim"), (f"  {safe(echo)}" if echo else "", "accent"))
            self.query_one(f"#label-{field.name}", LineBar).set_line(parts)

    def _show(self, field: Field, asked: bool) -> None:
        for part in ("label", "field"):
            self.query_one(f"#{part}-{field.name}").display = asked
        # until the next refresh Textual's Tab passes by what has just been shown
        turns(self).hold_keys()
        self.call_after_refresh(turns(self).release_keys)

    def _say(self, words: str) -> None:
        said = self.query_one("#said", LineBar)
        lines = wrap(words, max(said.size.width, 20)) if words else []
        said.set_lines([line((part, "bad")) for part in lines])

    def _hear(self) -> None:
        """Something was typed or chosen: keep the words. A kind that was chosen is forgotten by the next time."""
        self._label()
        answers = self._answers()
        if self._sent:
            return
        words = {field.name: answers[field.name] for field in self._fields if not field.choices}
        if all(self._asked[name] == typed for name, typed in words.items()):
            turns(self).forms.forget(self._keep)
        else:
            turns(self).forms.keep(self._keep, words)

    def on_input_changed(self) -> None:
        self._hear()

    def on_text_area_changed(self) -> None:
        self._hear()

    def on_input_submitted(self) -> None:
        self.action_submit()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and isinstance(self.focused, Choices):
            event.stop()
            self.action_submit()

    def action_submit(self) -> None:
        if not self._busy:
            self._busy = True
            turns(self).hold_keys()
            self.run_worker(self._send(), exclusive=True)

    async def _send(self) -> None:
        try:
            wrong = await self._submit(self._answers())
            if wrong is None:
                self._sent = True
                turns(self).forms.forget(self._keep)
                self.dismiss(True)
            else:
                turns(self).surprise()
                self._say(wrong)
        finally:
            self._busy = False
            if not self._sent:
                turns(self).release_keys()

    def on_unmount(self) -> None:
        """Release the keys after the caller has its answer, because it may open another dialog."""
        if self._sent:
            turns(self).call_later(turns(self).release_keys)

    def action_leave(self) -> None:
        self._hear()
        self.dismiss(None)
