# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps from one shape of the tables to the next, run by `gateway.store.upgrade`."""
