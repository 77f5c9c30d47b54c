"""Rules of running alone: its long run, its volume in kilometres, its sessions, and what suits the runner."""
