"""The exchange: scarce things changing hands between organisations and provinces, under rules."""
