"""Live readings as pure functions of a device and a moment."""
