"""The one archive: every fact that has a catalogue item is a record, whoever made it.

Facts are versioned on two axes: what held when (`act_date`, `valid_from`, `valid_to`) and what was known when (a ledger number). A
correction adds a version, never overwrites; a mark (contested, withdrawn, repaired, shielded) says what has become of a record.
A misconduct version cannot exist without an effective document and a permit of the gate: the database refuses it as well.

Law: 国办发〔2020〕49号 (no misconduct record without an effective document, nothing outside the catalogue); 行政处罚法 48.
"""
