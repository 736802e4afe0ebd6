"""Grading: rules, a judge where they don't know, and verdicts written one by one."""
