"""What a program can check of WCAG 2.2 AA on the page that is shown, and whether the page fits its window."""

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, DARK = ("light", 1280), ("dark", 390)
# The window has its new size a moment after it was asked for; what is measured before is neither.
LAID_OUT = """async (width) => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let frames = 0; innerWidth !== width && frames < 60; frames += 1) await frame();
  await frame();
  await frame();
}"""
EVERY_LOOK = (WIDE, ("dark", 1280), ("light", 390), DARK)


def broken(page, *more: str, looks=(WIDE, DARK)) -> list[str]:
    """The rules of WCAG 2.2 AA, and of `more`, that the page breaks as it stands, in any of the looks."""
    # Asked for violations alone, axe does not write down every part of the page that is right: most of its time.
    # Of what it can load by itself, these rules need media only; for style sheets it would break the CSP.
    loads = {"assets": ["media"], "timeout": 10_000}
    options = {"runOnly": [*WCAG, *more], "resultTypes": ["violations"], "preload": loads}
    found = []
    for look in looks:
        show(page, look)
        rules = _run_axe(page, options)["violations"]
        found += [f"{look} {rule['id']}: {node['html'][:200]}" for rule in rules for node in rule["nodes"]]
        found += [f"{look} {how}" for how in sideways(page)]
    show(page, WIDE)
    return found


def _run_axe(page, options: dict) -> dict:
    """The results of axe, which is loaded once into each document: Axe.run() would load its 570 KB for each look."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate("(options) => axe.run(options)", options)


def sideways(page) -> list[str]:
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"scrolls sideways by {overflow} pixels"] if overflow > 0 else []


def show(page, look) -> None:
    scheme, width = look
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(LAID_OUT, width)
    # A colour on its way to another is neither; the admin's own move whatever is asked for.
    page.evaluate(
        "document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"
    )
