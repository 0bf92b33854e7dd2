from tests.intake.conftest import keeper, make_feed, root

__all__ = ["keeper", "make_feed", "root"]
