"""Correcting rejected rows in the portal: by cause or one by one, then a preview, then the corrections are sent."""
