"""Markdown of bodies: without raw HTML, comments, and pictures, which become links."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict


def _comment_end(state: StateBlock | StateInline, start: int) -> int:
    """Returns where the HTML comment ends that begins here; 0 if none does, or it is not closed."""
    if not state.src.startswith("<!--", start):
        return 0
    text, last = state.env.get("comments", ("", 0))
    if text is not state.src:
        # Found once: of a thousand openings without an end, each would search the whole text.
        text, last = state.env["comments"] = (state.src, state.src.rfind("-->"))
    return text.find("-->", start + 2) + 3 if last >= start + 2 else 0


def _comment_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    end = 0 if state.is_code_block(first) else _comment_end(state, start)
    line = first
    while end and line < last and state.eMarks[line] < end:
        line += 1
    if not end or line >= last or state.src[end : state.eMarks[line]].strip():
        return False
    if not silent:
        state.line = line + 1
    return True


def _comment_in_line(state: StateInline, silent: bool) -> bool:
    end = _comment_end(state, state.pos)
    state.pos = end or state.pos
    return bool(end)


def _image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """Returns a link to the picture; inside of a link its description alone."""
    token = tokens[index]
    shown = self.renderInlineAsText(token.children or [], options, env)
    text = escapeHtml(shown or str(token.attrs.get("title") or ""))
    source = escapeHtml(str(token.attrs.get("src") or ""))
    if token.meta.get("in_link"):
        return text
    return f'<a href="{source}">{text or source}</a>'


def _mark_images_in_links(state: StateCore) -> None:
    for block in state.tokens:
        depth = 0
        for token in block.children or []:
            depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "image" and depth:
                token.meta["in_link"] = True


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.block.ruler.before(
        "fence", "comment", _comment_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("autolink", "comment", _comment_in_line)
    markdown.core.ruler.push("images_in_links", _mark_images_in_links)
    markdown.add_render_rule("image", _image)
    return markdown


MARKDOWN = _markdown()
