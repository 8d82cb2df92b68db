# SPDX-License-Identifier: GPL-3.0-or-later
"""iMIP: between iTIP messages and RFC 5322 mail (RFC 6047); knows no database."""
