from pathlib import Path
from loaders.gis.load import load_gis
import time
T=Path("sample_data/fixtures/tiny"); M=Path("sample_data/mappings")
def test_x(database, settings):
    for f,m in (("buildings.gpkg","buildings"),("units.parquet","units"),("addresses.csv","addresses")):
        t=time.time(); r=load_gis(T/f,database,settings,mapping=M/f"{m}.toml"); print("LOAD",m,r.counts,time.time()-t)
        t=time.time(); r=load_gis(T/f,database,settings,mapping=M/f"{m}.toml",force=True); print("AGAIN",m,r.counts,time.time()-t)
