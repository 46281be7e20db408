"""Who is asking: logging in and out, passwords, invitations, tokens, languages."""
