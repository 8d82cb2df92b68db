# SPDX-License-Identifier: GPL-3.0-or-later
"""The service: doors, services, store and worker."""
