"""Who owes which rows and how well they come: the duty table, the figures, the rows behind them, nil reports, duties kept by the centre."""
