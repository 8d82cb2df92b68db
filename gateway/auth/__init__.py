# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking: passwords at rest, and the pairs that were right a moment ago."""
