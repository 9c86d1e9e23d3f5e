"""The atlas: a world in the browser, read only.

`look` is how one looks: the day, whose eyes, whose accounts. Each view is a function that makes a
`Page` of a world and a look; `app` finds it by its address, renders it, and keeps the server safe.
"""
