"""The campaign graph and its agents, the workspace's configuration and the nightly schedule."""
