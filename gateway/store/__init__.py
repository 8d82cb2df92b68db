# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL and nothing but: one module per noun, one function per question."""
