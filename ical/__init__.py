# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure iCalendar and iTIP: text in, text out; no clock, no socket, no database."""
