# SPDX-License-Identifier: GPL-3.0-or-later
"""One step each; what a released version has run is not edited any more."""
