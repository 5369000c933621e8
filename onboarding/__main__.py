"""`python -m onboarding` is `onboarding`."""

from onboarding.main import app

if __name__ == "__main__":
    app()
