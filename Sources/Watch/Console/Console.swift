// Console: the web interface: pages rendered on the server, live by server-sent events.
//
// Goes in: HTTP, templates, sessions. Stays out: looking, judging; it reads what others wrote.
