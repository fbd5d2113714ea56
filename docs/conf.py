"""How Sphinx builds these pages: `make docs`."""

project = "Greenroom"
author = "The Greenroom maintainers"
extensions = ["myst_parser"]
myst_enable_extensions = ["linkify"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Greenroom"
exclude_patterns = ["_build"]
# Pages link to files of the repository too, which the built pages do not carry.
suppress_warnings = ["myst.xref_missing"]
