# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars as files: brought in from another server's, and written for another one."""
