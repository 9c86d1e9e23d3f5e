"""What to try next, said at the end of `make run`."""

from __future__ import annotations

_NEXT = """
Try next (with .venv/bin in your PATH, or after `pip install .`):

  dragoman why "in_force(treaty-of-rapallo-1922)" --on 1923-06-01
  dragoman show treaty-of-rapallo-1922
  dragoman on 1921-06-01 --about germany
  dragoman intervals recognition --whom rsfsr
  dragoman acts --kind sign --from 1921 --to 1922-06
  dragoman search "military talks"
  dragoman law treaties

Or look at it in the browser:

  dragoman atlas
"""

if __name__ == "__main__":
    print(_NEXT.rstrip())
