"""Putting right, and being forgotten in time: from which day a record can be repaired, under which rules, with which proofs.

Law: 信用修复管理办法 and its forerunners (catalogue: `repair.yaml`, `tiers.yaml`, `limits.yaml`). Nothing is stored here: how a record
stands to repair is asked anew every time, of the edition that holds and the day.
"""
