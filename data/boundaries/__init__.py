"""Outlines and base map shipped with the program: hand-written sources and what is drawn from them."""
