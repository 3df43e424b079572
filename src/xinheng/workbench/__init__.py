"""The workbench: pages for officials. Views parse, call one operation or query, and show; they decide nothing."""
