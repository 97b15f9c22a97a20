"""Who claimed what ground in Kursk Oblast, and when; `__init__.pyi` lists the public names."""

import lazy_loader

from geo._io.version import __version__ as __version__

# Each name is loaded when it is first used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
