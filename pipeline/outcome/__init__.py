"""What people and programs get back: reports, notifications, mails, webhooks, the rules in words. Pure."""
