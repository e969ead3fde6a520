"""The screens: the laboratory, the browser of scenarios, and the small ones that lie above them."""
