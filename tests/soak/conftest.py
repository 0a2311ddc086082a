"""Long runs of the laws of `tests/trust`, with the same code and the same fixtures."""

from tests.trust.conftest import nursery, old_file, tmp_path

__all__ = ["nursery", "old_file", "tmp_path"]
