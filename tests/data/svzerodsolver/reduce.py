#!/usr/bin/env python3
"""Reduces svZeroDSolver's reference results to what ours are compared with.

reduce.py <svZeroDSolver>/tests/cases/results > reference.csv

One line for each vessel (or variable) and quantity: the mean over all saved instants, the smallest
and the largest. Only of the cases that stand in `cases` beside this script.
"""
import csv
import json
import pathlib
import sys

results = pathlib.Path(sys.argv[1])
table = csv.writer(sys.stdout, lineterminator="\n")
table.writerow(["case", "row", "column", "mean", "smallest", "largest"])
for case in sorted((pathlib.Path(__file__).parent / "cases").glob("*.json")):
    reference = results / f"result_{case.name}"
    if not reference.exists():  # The other program refuses the case too.
        continue
    columns = json.loads(reference.read_text())
    rows = {}
    for index, name in columns["name"].items():
        rows.setdefault(name, []).append(index)
    for name, indices in rows.items():
        for column in sorted(set(columns) - {"name", "time"}):
            values = [columns[column][i] for i in indices]
            if None in values:
                continue
            mean = sum(values) / len(values)
            table.writerow([case.stem, name, column] + [f"{v:.10g}" for v in (mean, min(values), max(values))])
