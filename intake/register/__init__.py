"""The register of issued numbers: taken in, in force, reported on."""
