"""A studio for assistants: the Model Context Protocol over the same REST API.

Source: https://modelcontextprotocol.io/specification
"""
