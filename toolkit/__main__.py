"""`python -m toolkit` is the command `toolkit`."""

from toolkit.main import main

raise SystemExit(main())
