"""Pure functions: thematic layers, the index, gaps and maps. They open no file and know no Streamlit."""
