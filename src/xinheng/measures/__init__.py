"""Duties that follow: initiate, respond, feed back, lift; incentives; bans."""
