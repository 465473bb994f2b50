"""Rotary position embeddings in plain NumPy, one module a lab.

frequencies (01) · cache (02) · forward (03) · relative (04) · rotation (05)
"""
