"""The views of the atlas with an address of each: for the tests and for the screenshots."""

from __future__ import annotations

#: Name and address of each view of the shipped world.
VIEWS: dict[str, str] = {
    "day": "/day/1922-04-17",
    "map": "/map?on=1922-04-17",
    "eyes": "/day/1922-04-17?eyes=poland&secrets=1",
    "between": "/between/germany/rsfsr?on=1922-04-17",
    "arms": "/arms/germany?on=1921-05-16",
    "dossier": "/show/treaty-of-rapallo-1922?on=1922-06-01",
    "provisions": "/provisions?on=1922-04-17",
    "law": "/law/treaties?on=1922-04-17",
    "findings": "/findings?on=1922-04-17",
    "figures": "/figures/kpd-membership?on=1922-04-17",
    "search": "/search?q=rapallo&on=1922-04-17",
    "proof": "/why?fact=in_force%28treaty-of-rapallo-1922%29&on=1922-06-01",
}
