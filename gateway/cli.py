# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `distrib`: each subcommand says what it does, and what went wrong in one sentence."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, override

import click

from gateway import log, main
from gateway.config import Settings, load
from gateway.doctor import diagnose
from gateway.errors import GatewayError
from gateway.opening import open_database, opened
