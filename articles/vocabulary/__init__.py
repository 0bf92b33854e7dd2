"""What people keep beside articles (topics, providers, images, reasons, rules, feeds): versions, log, undo."""
