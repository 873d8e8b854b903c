"""What this machine bears: the product's own door and desk in a throw-away folder, driven over HTTP on this host.

Requests are planned at fixed times, and a time counts from the planned moment: a door that is slow does not make its
own load lighter.
"""
