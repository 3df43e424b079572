"""What is shown, to whom, masked how, from when, until when, and why.

One row a version says what the catalogue decided about it. Whether it is shown *now* is never stored: it is asked of one predicate over the
decision, the version, its record's marks and the day, so that what ended has ended everywhere in the same moment.

Law: the seven working days of 双公示, the terms of 信用修复管理办法, 行政处罚法 48, 政府信息公开条例
(catalogue: `publicity.yaml`, `tiers.yaml`).
"""
