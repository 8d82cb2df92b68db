# SPDX-License-Identifier: GPL-3.0-or-later
"""One module per intention: load, decide, save."""
