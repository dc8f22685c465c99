"""What people read and keep: reports, made from facts that were gathered before; nothing is decided here."""
