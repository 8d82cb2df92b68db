# SPDX-License-Identifier: GPL-3.0-or-later
"""The iTIP engine: what a write by organizer, attendee or message comes to, decided before anything is written."""
