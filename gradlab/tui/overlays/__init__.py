"""What lies over the foot of the screen for a while and takes the keys: menus, the list of finds, the palette, pages."""
