"""What people and programs receive: reports, notifications, mails, webhooks, the rules in words. Pure."""
