"""Errors of the campaign graph, under the tree in `store/errors.py`.

CampaignError
└── CampaignStopped    exit code 130: Ctrl-C, the service's end or the end of the night's window
"""

from __future__ import annotations

from ..store.errors import CampaignError


class CampaignStopped(CampaignError):
    """The campaign was stopped in good order and can be resumed."""

    exit_code = 130
