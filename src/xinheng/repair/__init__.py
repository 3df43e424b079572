"""Putting right, and being forgotten in time: from which day a record can be repaired, under which rules, with which proofs.

Law: 信用修复管理办法 and its forerunners (catalogue: `repair.yaml`, `tiers.yaml`, `limits.yaml`). How a record stands to repair
is stored nowhere: it is asked anew every time, of the edition that holds and the day. What is stored is who applied, and what was decided.
"""
